# Las páginas menores: números, instancias, operadores, registro, ajustes.

number-label = Número de teléfono
number-look-up = Buscar
number-hint = Escríbalo con el prefijo del país, como +1 202 555 0123.
number-empty = ¿Por qué se llamó, o no, a este número?
number-empty-about = Busque un número para ver cada llamada, cada decisión de no llamar con su regla y la prueba de que no sonó contra las reglas. Aquí también se puede bloquear para siempre.
number-unknown = Este número nunca estuvo en una lista, nunca fue llamado y nunca fue bloqueado.
number-block = Bloquear
number-block-title = ¿Bloquear { $number } para siempre?
number-block-about = No vuelve a sonar, en ninguna campaña. Nadie puede deshacerlo.
number-block-do = Bloquear para siempre
number-blocked = Bloqueado para siempre.
number-in-call = En una llamada en este momento.
number-proved = No sonó contra las reglas.
number-judged = { $n ->
    [one] Se juzgó { $n } llamada que pudo sonar.
   *[other] Se juzgaron { $n } llamadas que pudieron sonar.
  }
number-violated = Sonó contra las reglas
number-called = Llamadas que pudieron sonar
number-answered = Contestadas
number-last = Última llamada
number-calls = Llamadas
number-no-calls = Nunca llamado.
number-contacts = En estas listas
number-no-contacts = En ninguna lista.
number-timeline = Registro, lo último primero
column-state = Estado
column-attempts = Intentos

instances-about = Cada proceso que lleva campañas en este libro, o las llevó hace menos de un día. Las campañas se reparten entre los que trabajan; si uno desaparece, otros lo relevan en segundos.
instances-empty = No hay ninguna instancia
instances-empty-about = Las campañas las llama «ringonce serve». Ninguna se ha unido en un día.
instances-here = esta
instance-living = Trabaja
instance-left = Terminó en orden
instance-gone = Desaparecida
column-process = Proceso
column-version = Versión
column-campaigns = Campañas
column-since = Desde
column-heard = Último aviso
column-address = Dirección

carriers-about = Quién hace las llamadas. Cada campaña nombra su operador; los fallos seguidos activan la parada de emergencia.
carrier-simulator = Simulador
carrier-simulator-about = Un mundo de teléfonos que no suena a nadie: la gente contesta, está ocupada o no responde según una semilla. Pruebe aquí listas y ajustes antes de que suene un teléfono real.
carrier-inside = En este proceso
carrier-outside = En un proceso propio
carrier-failures = Fallos seguidos
carrier-under-way = Llamadas en curso
carrier-more = Los operadores reales aparecen aquí cuando se configuran: el capítulo del libro sobre Twilio explica cómo.
carrier-twilio = Twilio
carrier-signalwire = SignalWire
carrier-real-about = Hace sonar teléfonos. Sus credenciales están en la configuración y no se muestran.
carrier-pace = Llamadas por segundo
carrier-lines = Llamadas a la vez
carrier-account = Cuenta
carrier-no-ids = Ninguno; cada campaña nombra el suyo
carrier-test = Probar
carrier-test-hint = Pregunta por las credenciales, los números mostrados y la dirección pública. No suena ningún teléfono.
carrier-refused = Webhooks rechazados
carrier-compared = Llamadas aquí y en su lista,
carrier-differences = diferencias
verdict-ok = Bien
verdict-warn = A saber
verdict-fail = Mal

settings-about = Cómo se inició este servidor. Se fija en el archivo de configuración, el entorno o la línea de órdenes, y se lee una vez al inicio.
settings-how = La orden «ringonce config» muestra cada ajuste con su valor por defecto.
settings-defaults = Campañas nuevas
setting-version = Versión
setting-database = Base de datos
setting-listen = Escucha en
setting-public-url = Dirección pública
setting-data = Carpeta de datos
setting-failures = Parada de emergencia tras fallos seguidos
setting-duplicates = Parada de emergencia tras duplicados
setting-log = Bitácora
setting-none = sin fijar

audit-about = Quién hizo qué, cuándo y por qué: solo se añade y va encadenado, para que nada se retire sin verse. Sin campaña ni número, lista lo que hicieron las personas; los pasos de las llamadas están en el registro de cada número.
audit-actor = Quién
audit-campaign = Número de campaña
audit-empty = Aún no hay nada
audit-empty-about = Nadie ha hecho nada así.
