# La primera página: campañas y llamadas recientes; el vocabulario.

dashboard = Panel
new-campaign = Campaña nueva
all-campaigns = Todas las campañas
filter-state = Campañas por estado
filter-all = Todas
no-campaign-filtered = Ninguna campaña está en este estado
empty-title = Llame a una lista, una vez
empty-about = Ringonce llama a todos los de una lista, tantas veces como permiten las reglas y nunca dos veces por error.
empty-step-1 = Suelte un archivo: CSV, Excel o texto. Las columnas de teléfono y nombre se encuentran automáticamente.
empty-step-2 = Vea qué se entendió y elija qué oye la gente, cuándo y a qué ritmo.
empty-step-3 = Inicie y observe. Los números que ya llamó otra campaña se omiten.
empty-do = Crear la primera campaña
empty-terminal = Desde un terminal
start = Iniciar
pause = Pausar
resume = Reanudar
view = Ver
pause-done = En pausa: { $name }
resume-done = Reanudada: { $name }
bad-rows = { $n ->
    [one] { $n } fila errónea
   *[other] { $n } filas erróneas
  }
figure-done = Hecho
figure-success = Éxito
figure-duration = Llamada media
figure-calls = Llamadas
under-way = { $n ->
    [one] { $n } llamada en curso
   *[other] { $n } llamadas en curso
  }
last-called = Última llamada { $time }
not-called = Aún sin llamar
bar-summary = { $total } contactos: { $parts }
pulse = Llamadas por minuto en la última media hora, como máximo { $most }

health = Estado
health-database = Base de datos
health-carrier = Operador
health-instances = Instancias
health-stop = Parada de emergencia
health-failures = { $n ->
    [one] { $n } fallo seguido
   *[other] { $n } fallos seguidos
  }
health-duplicates = Duplicados
health-ok = funciona
health-fault = no responde
health-armed = armada
health-tripped = activada

times-in = Horas en { $zone }
no-calls = Aún no hay llamadas
no-calls-about = Las llamadas aparecen aquí a medida que se hacen.
column-time = Hora
column-number = Número
column-name = Nombre
column-outcome = Resultado
column-duration = Duración
column-campaign = Campaña
campaign-number = Campaña { $id }

state-draft = Borrador
state-pending = Pendiente
state-running = En marcha
state-paused = En pausa
state-completed = Completada
state-failed = Fallida

contact-pending = en espera
contact-calling = llamando
contact-connected = conectados
contact-completed = completados
contact-no-answer = sin respuesta
contact-busy = ocupados
contact-failed = fallidos
contact-bad-number = número erróneo
contact-skipped = omitidos

outcome-answered = Contestada
outcome-busy = Ocupado
outcome-no-answer = Sin respuesta
outcome-failed = Fallida
outcome-congestion = Congestión
outcome-canceled = Cancelada
outcome-bad-number = Número erróneo
outcome-unknown = Desconocido

call-claimed = A punto de marcar
call-dialing = Marcando
call-unknown = Espera pruebas
call-ringing = Sonando
call-answered = En conversación
call-ended = Terminada
call-refused = Rechazada
call-released = No marcada
call-never-placed = Nunca realizada

hold-not-running = No está en marcha
hold-emergency-stop = La parada de emergencia está activada
hold-not-begun = Espera su hora de inicio
hold-outside-business-hours = Fuera del horario de llamadas
hold-lines-busy = Todas las líneas están en uso
hold-paced = Espera su ritmo
hold-nothing-due = A ningún contacto le toca aún
hold-until = { $reason }, hasta { $time }
