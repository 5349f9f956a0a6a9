# Las páginas menores: números, instancias, operadores, registro, ajustes.
