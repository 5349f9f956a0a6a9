# The smaller pages: numbers, instances, carriers, audit trail, settings.

number-label = Phone number
number-look-up = Look up
number-hint = Write it with its country code, such as +1 202 555 0123.
number-empty = Why was this number called, or not?
number-empty-about = Look a number up to see every call, every decision not to call with its rule, and the proof that it was not rung against the rules. Here it can also be blocked for good.
number-unknown = This number was never on a list, never called and never blocked.
number-read-ledger = It was written without a country code. Of the numbers that are written so, the ledger has one: { $country }.
number-read-usual = It was written without a country code, and read in the usual region: { $country }.
number-which = Which number is { $text }?
number-which-about = It has no country code. Choose the number that is meant, or write it with + and its country code.
number-which-usual = Choose the usual region
number-which-others = If something is missing in it, it may be one of these
number-others = Another number is meant
number-history-none = Never on a list, never called.
number-history-uncalled = Known here, never called.
number-history-called = { $n ->
    [one] Called once, last on { $time }.
   *[other] Called { $n } times, last on { $time }.
  }
number-history-calling = { $n ->
    [one] Called once.
   *[other] Called { $n } times.
  }
country-none = Of no single country
number-block = Block
number-block-title = Block { $number } for good?
number-block-about = No campaign ever rings it again. This cannot be undone.
number-block-do = Block for good
number-blocked = Blocked for good.
number-in-call = In a call at this moment.
number-proved = Not rung against the rules.
number-judged = { $n ->
    [one] { $n } call that may have rung was judged.
   *[other] { $n } calls that may have rung were judged.
  }
number-violated = Rung against the rules
number-called = Calls that may have rung
number-answered = Answered
number-last = Last called
number-calls = Calls
number-no-calls = Never called.
number-contacts = On these lists
number-no-contacts = On no list.
number-timeline = Audit trail, the latest first
column-state = State
column-attempts = Attempts

instances-about = Every process that runs campaigns on this ledger, or did within a day. Campaigns spread over those that work; when one is gone, others take over within seconds.
instances-empty = No instance runs
instances-empty-about = Campaigns are called by “ringonce serve”. None has joined within a day.
instances-here = this one
instance-living = Working
instance-left = Ended in order
instance-gone = Gone
column-process = Process
column-version = Version
column-campaigns = Campaigns
column-since = Since
column-heard = Last heartbeat
column-address = Address

carriers-about = Carriers place the calls. Every campaign names its carrier; failures in a row trip the emergency stop.
carrier-simulator = Simulator
carrier-simulator-about = Simulated phones, of which none is real: they answer, are busy or do not answer by a seed. Try lists and settings here before a real phone rings.
carrier-failures = Failures in a row
carrier-under-way = Calls under way
carrier-more = Real carriers are added here when they are configured: the book’s chapter on Twilio says how.
carrier-real-about = It rings phones. Its credentials are in the configuration, and are not shown.
carrier-pace = Calls per second
carrier-lines = Calls at once
carrier-account = Account
carrier-no-ids = None; each campaign names its own
carrier-test = Test
carrier-test-title = Can calls be made?
carrier-test-hint = Asks the carrier about credentials, caller ids and limits, and this server at its public address. No phone rings.
check-credentials = Credentials
check-clock = Clock
check-account = Account
check-balance = Balance
check-countries = Countries
check-caller-id = Caller id
check-public-url = Public address
check-pace = Pace
carrier-refused = Webhooks refused
carrier-refused-about = Requests that pretended to come from the carrier since this server started. They had no effect.
refused-forged = Signature missing or wrong
refused-replayed = Not of this call
refused-malformed = Not readable
refused-oversized = Too long
carrier-denied = Denied
carrier-compared = Compared with its list
carrier-compared-about = Each day (UTC), three hours after its end: every call in its list that shows a number of ours is in the ledger, and the reverse.
carrier-compared-none = No day was compared yet.
compared-day = Day
compared-ours = Here
compared-theirs = There
compared-others = Others’
compared-differences = Differences
compared-differences-of = Differences of { $day }
compared-differences-none = There are none.
difference-not-ours = { $call } is in its list and not here: it was made elsewhere
difference-not-theirs = { $call } is here and not in its list
difference-other-outcome = { $call } ended as { $ours } here, as { $theirs } there
verdict-ok = Passed
verdict-warn = Note
verdict-fail = Failed

usual-region = Usual region
usual-region-about = Where numbers without a country code belong: when one is looked up, and in lists that say nothing else.
usual-region-none = None: ask each time
usual-region-saved = Saved.
settings-about = How this server was started. It is set in the configuration file, the environment or on the command line, and read once at the start.
settings-how = The command “ringonce config” prints every setting with its default.
settings-defaults = New campaigns
setting-version = Version
setting-database = Database
setting-listen = Listens on
setting-public-url = Public address
setting-data = Data folder
setting-failures = Emergency stop after failures in a row
setting-duplicates = Emergency stop after duplicates
setting-log = Log
setting-none = not set

audit-about = Who did what, when and why: append-only and chained, so that a change of it is seen. Without a campaign or number it lists what people did; the steps of calls are in each number's trail.
audit-actor = Who
audit-campaign = Campaign's number
audit-empty = Nothing here yet
audit-empty-about = No entry matches.
