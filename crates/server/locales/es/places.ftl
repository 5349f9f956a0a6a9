# Las páginas menores: números, instancias, operadores, registro, ajustes.

number-label = Número de teléfono
number-look-up = Buscar
number-hint = Escríbalo con el prefijo del país, como +1 202 555 0123.
number-empty = ¿Por qué se llamó, o no, a este número?
number-empty-about = Busque un número para ver cada llamada, cada decisión de no llamar con su regla y la prueba de que no sonó contra las reglas. Aquí también se puede bloquear para siempre.
number-unknown = Este número nunca estuvo en una lista, nunca fue llamado y nunca fue bloqueado.
number-read-ledger = Se escribió sin prefijo de país. De los números que se escriben así, el registro tiene uno: { $country }.
number-read-usual = Se escribió sin prefijo de país y se leyó en la región habitual: { $country }.
number-which = ¿Qué número es { $text }?
number-which-about = No tiene prefijo de país. Elija el número al que se refiere, o escríbalo con + y el prefijo del país.
number-which-usual = Elegir la región habitual
number-which-others = Si le falta algo, puede ser uno de estos
number-others = Se trata de otro número
number-history-none = Nunca estuvo en una lista, nunca fue llamado.
number-history-uncalled = Conocido aquí, nunca llamado.
number-history-called = { $n ->
    [one] Llamado una vez, la última el { $time }.
   *[other] Llamado { $n } veces, la última el { $time }.
  }
number-history-calling = { $n ->
    [one] Llamado una vez.
   *[other] Llamado { $n } veces.
  }
country-none = De ningún país en concreto
number-block = Bloquear
number-block-title = ¿Bloquear { $number } para siempre?
number-block-about = Ninguna campaña vuelve a llamarlo. No se puede deshacer.
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

carriers-about = Los operadores hacen las llamadas. Cada campaña nombra su operador; los fallos seguidos activan la parada de emergencia.
carrier-simulator = Simulador
carrier-simulator-about = Teléfonos simulados, ninguno real: contestan, están ocupados o no responden según una semilla. Pruebe aquí listas y ajustes antes de que suene un teléfono real.
carrier-failures = Fallos seguidos
carrier-under-way = Llamadas en curso
carrier-more = Los operadores reales aparecen aquí cuando se configuran: el capítulo del libro sobre Twilio explica cómo.
carrier-real-about = Hace sonar teléfonos. Sus credenciales están en la configuración y no se muestran.
carrier-pace = Llamadas por segundo
carrier-lines = Llamadas a la vez
carrier-account = Cuenta
carrier-no-ids = Ninguno; cada campaña nombra el suyo
carrier-test = Probar
carrier-test-title = ¿Se puede llamar?
carrier-test-hint = Pregunta al operador por credenciales, números mostrados y límites, y a este servidor en su dirección pública. No suena ningún teléfono.
check-credentials = Credenciales
check-clock = Reloj
check-account = Cuenta
check-balance = Saldo
check-countries = Países
check-caller-id = Número mostrado
check-public-url = Dirección pública
check-pace = Ritmo
carrier-refused = Webhooks rechazados
carrier-refused-about = Peticiones que se hicieron pasar por el operador desde que arrancó este servidor. No tuvieron efecto.
refused-forged = Firma ausente o incorrecta
refused-replayed = De otra llamada
refused-malformed = Ilegible
refused-oversized = Demasiado largo
carrier-denied = Denegado
carrier-compared = Comparado con su lista
carrier-compared-about = Cada día (UTC), tres horas después de su fin: toda llamada de su lista que muestra un número nuestro se conoce aquí, y al revés.
carrier-compared-none = Aún no se comparó ningún día.
compared-day = Día
compared-ours = Aquí
compared-theirs = Allí
compared-others = De otros
compared-differences = Diferencias
compared-differences-of = Diferencias del { $day }
compared-differences-none = No hay ninguna.
difference-not-ours = { $call } está en su lista y no aquí: se hizo desde otro lugar
difference-not-theirs = { $call } está aquí y no en su lista
difference-other-outcome = { $call } acabó como { $ours } aquí, como { $theirs } allí
verdict-ok = Correcto
verdict-warn = Nota
verdict-fail = Fallo

usual-region = Región habitual
usual-region-about = A dónde pertenecen los números sin prefijo de país: al buscar uno, y en las listas que no digan otra cosa.
usual-region-none = Ninguna: preguntar cada vez
usual-region-saved = Guardado.
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
audit-empty-about = Ninguna entrada coincide.
