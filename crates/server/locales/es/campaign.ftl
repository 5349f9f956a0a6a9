# La página de una campaña y una llamada.

campaign-progress = Progreso
campaign-done = hecho
campaign-delete = Eliminar
campaign-delete-title = ¿Eliminar { $name }?
campaign-delete-about = Se borran sus contactos y sus gráficos. Sus llamadas quedan en el registro, para que ningún número reciba dos por ello. No se puede deshacer.
campaign-delete-do = Eliminar la campaña
campaign-settings = Ajustes de la campaña

share = Compartir
share-title = Quién ve { $name }
share-about = Su propietario, las personas que ven todas las campañas y las de abajo. Su función decide lo que pueden hacer con ella.
share-everyone = Todos los que tienen cuenta
share-with = Correo de una persona
share-end = Dejar de compartir
share-done = Compartida

tile-total = Contactos
tile-total-about = { $n ->
    [one] { $n } por llamar
   *[other] { $n } por llamar
  }
tile-completed = Completados
tile-completed-about = atendieron
tile-failed = Sin respuesta
tile-failed-about = { $n ->
    [one] y { $n } omitido por una regla
   *[other] y { $n } omitidos por una regla
  }
tile-success = Tasa de éxito
tile-success-about = { $n ->
    [one] de { $n } contacto intentado hasta el final
   *[other] de { $n } contactos intentados hasta el final
  }
tile-answer = Tasa de respuesta
tile-answer-about = { $n ->
    [one] de { $n } llamada
   *[other] de { $n } llamadas
  }
tile-duration = Llamada media
tile-duration-about = { $n ->
    [one] en { $n } conversación
   *[other] en { $n } conversaciones
  }
tile-price = Precio
tile-price-about = { $n ->
    [one] por { $n } llamada
   *[other] por { $n } llamadas
  }
tile-price-unknown = { $n ->
    [one] aún no se sabe de { $n } llamada atendida
   *[other] aún no se sabe de { $n } llamadas atendidas
  }

chart-time = Llamadas en el tiempo
chart-time-says = { $n ->
    [one] { $n } llamada. La mayoría, { $time }: { $most }.
   *[other] { $n } llamadas. La mayoría, { $time }: { $most }.
  }
chart-outcomes = Cómo terminaron
chart-share = Proporción
chart-hours = La mejor hora para llamar
chart-hour = Hora
chart-hours-says = { $n ->
    [one] La gente contesta más entre { $hour }: { $share } de { $n } llamada.
   *[other] La gente contesta más entre { $hour }: { $share } de { $n } llamadas.
  }
chart-hours-open = Aún no contestaron bastantes llamadas para saberlo.
chart-hours-bar = { $n ->
    [one] { $hour }: { $share } de { $n } llamada contestada
   *[other] { $hour }: { $share } de { $n } llamadas contestadas
  }
chart-none = Se llena a medida que terminan las llamadas.
chart-figures = Cifras
day-month = { $day } { $month }

why-title = Qué pasa ahora
why-draft = Sin empezar
why-paused = En pausa: no hay llamadas hasta reanudarla
why-completed = Se llamó a todos los contactos
why-failed = Falló y no hace más llamadas
why-calling = Llamando
why-next = { $n ->
    [one] El siguiente en la fila
   *[other] De los { $n } siguientes en la fila
  }
why-all = { $n ->
    [one] El que espera
   *[other] Los { $n } que esperan
  }
why-due = les toca ya
why-since = a algunos les toca ya, al primero desde { $time }
why-from = el primero desde { $time }
why-never = Ya no se les llama
why-repeated = llamados por una campaña anterior
why-skipped = omitidos por otra regla
why-bad-number = el número no existe
reason-turn = esperan su turno
reason-later = esperan su momento
reason-already-called = llamados por una campaña anterior
reason-blocked = el número está bloqueado
reason-no-zone = no se conoce la zona horaria del número
reason-callee-hours = es demasiado pronto o tarde donde están
reason-zone-unclear = no se entendió su zona horaria: se espera a todas las zonas del país
reason-never-open = las zonas del número nunca coinciden
reason-hours-never-meet = el horario de la campaña y el suyo nunca coinciden
reason-hours-never-open = su horario no abre nunca
reason-number-busy = hay otra llamada a ese número
reason-capped = se alcanzó el límite de llamadas al número
reason-retry = por reintentar
reason-country-not-allowed = el operador no puede llamar a este país: permítalo en sus permisos geográficos de voz y se les llamará
reason-never-left = la llamada no llegó al operador; se vuelve a intentar

contacts = Contactos
contacts-search = Buscar contactos
contacts-search-hint = Nombre o número, desde el principio
contacts-find = Buscar
contacts-clear = Quitar filtros
contacts-none = No hay contactos en esta lista
contacts-none-about = Todas las filas del archivo se rechazaron; abajo se dice por qué.
contacts-none-found = Ningún contacto coincide
contacts-none-yet = Ningún contacto hasta ahora
contacts-partial = Solo se miró una parte de la lista. La página siguiente continúa.
contacts-show-all = Mostrar todos los contactos
any-state = Cualquier estado
any-outcome = Cualquier resultado
columns = Columnas
export-all = Exportar CSV
export-these = Exportar estos
column-last = Última llamada
column-due = Le toca
column-line = Línea

set-says = Dice
set-start = Empieza
set-hours = Llama
set-callee = Suena donde están
set-pace = Ritmo
set-pace-words = { $lines ->
    [one] una llamada cada vez, { $seconds } s entre ellas
   *[other] { $lines } llamadas a la vez, { $seconds } s entre ellas
  }
set-retries = Reintentos
set-retries-words = { $n ->
    [0] ninguno
    [one] uno, tras { $hours } h
   *[other] { $n }, tras { $hours } h
  }
set-repeat = Campañas anteriores
set-repeat-never = no se llama a un número ya llamado
set-repeat-after = { $n ->
    [one] no se llama a quien fue llamado hace menos de un día
   *[other] no se llama a quien fue llamado hace menos de { $n } días
  }
set-repeat-only = no cuentan
set-ring = Deja sonar
set-ring-words = { $n } s
set-limit = Termina una conversación a los
set-machines = Si contesta una máquina
set-record = Grabaciones
set-recorded = se graban las conversaciones
set-not-recorded = ninguna
set-carrier = Operador
set-caller-ids = Muestra
set-any-time = a cualquier hora
weekday-mon = lun
weekday-tue = mar
weekday-wed = mié
weekday-thu = jue
weekday-fri = vie
weekday-sat = sáb
weekday-sun = dom

import-title = Importación
import-rows = Filas
import-accepted = Aceptadas
import-duplicates = Repetidas
import-rejected = Filas malas
import-problems = Filas que no se importaron
import-value = Valor
import-reason = Por qué
import-download = Descargar todas
import-clean = Se importaron todas las filas.

call-about = La llamada
call-attempt = Intento
call-dialled = Marcada
call-rang = Sonó
call-talked = Hablaron
call-price = Precio
call-price-unknown = aún no se sabe
call-rung = En el teléfono
call-not-rung = nunca sonó
call-silent = { $field } está vacío para este contacto: el texto dice «{ $hears }»
call-silent-whole = { $field } está vacío para este contacto: el texto no dice nada ahí.
call-cause = Mensaje del operador
call-carrier-id = Identificador del operador
call-recording = Grabación de la llamada
call-recording-download = Descargar
recording-wanted = Se espera la grabación del operador.
recording-stored = Grabada.
recording-missing = Falta la grabación: el operador no la entregó en un día.
recording-removed = La grabación se eliminó al cumplirse su plazo.
call-steps = Qué pasó
call-rules = Reglas comprobadas antes de la llamada
call-rules-about = Dentro de la transacción que hizo la llamada, para que un cambio valga desde la siguiente.
call-rules-unknown = La elección de esta llamada no está entre las entradas mostradas.
call-history = Todas las llamadas a este número
call-this = esta
call-block = Bloquear { $number } para siempre
step-claimed = Elegida de la lista
step-dialing = Enviada al operador
step-unknown = Sin respuesta clara del operador
step-ringing = Suena
step-answered = Contestada
step-ended = Terminada
step-refused = Rechazada por el operador
step-released = Devuelta, nunca enviada
step-never-placed = Probado: la llamada nunca existió
step-superseded = El operador sí tenía la llamada
step-noted = Más pruebas
step-recording-store = La grabación se guarda aquí
step-recording-missing = Falta la grabación
step-recording-remove = La grabación se eliminó
step-answer-opt-out = Pidió que no se le llame nunca más
step-answer-disposition = Dio una respuesta
step-answer-transfer = Pidió hablar con una persona
step-answer-key = Pulsó teclas sin significado
step-answer-machine = Se detectó quién contestó
answer-opt-out = no llamar nunca más, tecla { $key }
answer-transfer = en línea con { $number }
answer-key = tecla { $key }
call-answer = Su respuesta
call-picked-up = Contestó
picked-up-person = una persona
picked-up-machine = un contestador
picked-up-fax = un fax
picked-up-unknown = no se sabe quién
detail-evidence = prueba
detail-call-id = id
detail-reason = motivo
detail-class = clase
detail-dial-before = no después de
detail-due-at = de nuevo
detail-outcome = resultado
detail-contact = contacto
detail-path = guardada como
rule-block = Bloqueo
rule-blocked = el número está bloqueado
rule-free = el número estaba libre
rule-once = Una llamada a la vez
rule-in-call = el número estaba en una llamada
rule-not-in-call = no había otra llamada a ese número
rule-repeat = Campañas anteriores
rule-called-before = otra lo llamó, la última vez { $time }; la regla de esta campaña lo permitía
rule-never-called = ninguna otra campaña había llamado al número
rule-caps = Límites
rule-recent = { $n ->
    [0] ninguna llamada cuenta
    [one] { $n } llamada cuenta, por debajo de todos los límites
   *[other] { $n } llamadas cuentan, por debajo de todos los límites
  }
rule-hours = Horario
rule-open = abierto para la campaña y donde está el número
