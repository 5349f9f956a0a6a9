# A campaign's page and a call.

campaign-progress = Progress
campaign-done = done
campaign-delete = Delete
campaign-delete-title = Delete { $name }?
campaign-delete-about = Its contacts and charts are deleted. Its calls stay in the ledger, so that no number is called twice because of it. This cannot be undone.
campaign-delete-do = Delete the campaign
campaign-settings = Settings of the campaign

share = Share
share-title = Who sees { $name }
share-about = Its owner, people who see all campaigns, and the people below. Their roles decide what they may do with it.
share-everyone = Everyone with an account
share-with = E-mail address of a person
share-end = Stop sharing
share-done = Shared

tile-total = Contacts
tile-total-about = { $n ->
    [one] { $n } still to be called
   *[other] { $n } still to be called
  }
tile-completed = Completed
tile-completed-about = were reached
tile-failed = Not reached
tile-failed-about = { $n ->
    [one] and { $n } skipped by a rule
   *[other] and { $n } skipped by a rule
  }
tile-success = Success rate
tile-success-about = { $n ->
    [one] of { $n } contact tried to the end
   *[other] of { $n } contacts tried to the end
  }
tile-answer = Answer rate
tile-answer-about = { $n ->
    [one] of { $n } call
   *[other] of { $n } calls
  }
tile-duration = Average call
tile-duration-about = { $n ->
    [one] over { $n } conversation
   *[other] over { $n } conversations
  }
tile-price = Price
tile-price-about = { $n ->
    [one] for { $n } call
   *[other] for { $n } calls
  }
tile-price-unknown = { $n ->
    [one] not known yet of { $n } answered call
   *[other] not known yet of { $n } answered calls
  }

chart-time = Calls over time
chart-time-says = { $n ->
    [one] { $n } call. Most at { $time }: { $most }.
   *[other] { $n } calls. Most at { $time }: { $most }.
  }
chart-outcomes = How calls ended
chart-share = Share
chart-hours = Best hour to call
chart-hour = Hour
chart-hours-says = { $n ->
    [one] People answer most between { $hour }: { $share } of { $n } call.
   *[other] People answer most between { $hour }: { $share } of { $n } calls.
  }
chart-hours-open = Not enough calls were answered yet to tell.
chart-hours-bar = { $n ->
    [one] { $hour }: { $share } of { $n } call answered
   *[other] { $hour }: { $share } of { $n } calls answered
  }
chart-none = This fills as calls end.
chart-figures = Figures
day-month = { $day } { $month }

why-title = What happens next
why-draft = Not started yet
why-paused = Paused: no calls until it is resumed
why-completed = Every contact was called
why-failed = It has failed and makes no calls
why-calling = Calling
why-next = { $n ->
    [one] The next { $n } in line
   *[other] Of the next { $n } in line
  }
why-all = { $n ->
    [one] The one waiting contact
   *[other] All { $n } waiting contacts
  }
why-due = due
why-since = some due, the first since { $time }
why-from = the first from { $time }
why-never = No longer called
why-repeated = called by an earlier campaign
why-skipped = skipped by another rule
why-bad-number = the number does not exist
reason-turn = wait for their turn
reason-later = wait for their time
reason-already-called = called by an earlier campaign
reason-blocked = the number is blocked
reason-no-zone = no time zone is known for the number
reason-callee-hours = it is too early or too late where they are
reason-zone-unclear = their time zone was not understood: all zones of the country must be open
reason-never-open = the zones of the number are never open at once
reason-hours-never-meet = the campaign's hours and theirs never meet
reason-hours-never-open = its business hours never open
reason-number-busy = another call to the number is under way
reason-capped = the cap on calls to the number is reached
reason-retry = to be tried again
reason-country-not-allowed = the carrier may not call this country: allow it under its voice geographic permissions, and they are called
reason-never-left = the call did not reach the carrier; it is tried again

contacts = Contacts
contacts-search = Search contacts
contacts-search-hint = Name or number, from its beginning
contacts-find = Find
contacts-clear = Clear
contacts-none = No contacts on this list
contacts-none-about = Every row of the file was rejected; the reasons are below.
contacts-none-found = No contact matches
contacts-none-yet = No contacts so far
contacts-partial = Only a part of the list was searched. The next page goes on.
contacts-show-all = Show all contacts
any-state = Any state
any-outcome = Any outcome
columns = Columns
export-all = Export CSV
export-these = Export these
column-last = Last call
column-due = Due
column-line = Line

set-says = Says
set-start = Starts
set-hours = Calls
set-callee = Rings where they are
set-pace = Pace
set-pace-words = { $lines ->
    [one] one call at a time, { $seconds } s between
   *[other] { $lines } calls at once, { $seconds } s between
  }
set-retries = Tries again
set-retries-words = { $n ->
    [0] never
    [one] once, after { $hours } h
   *[other] { $n } times, after { $hours } h
  }
set-repeat = Earlier campaigns
set-repeat-never = a number that was ever called is not called
set-repeat-after = { $n ->
    [one] a number that was called within a day is not called
   *[other] a number that was called within { $n } days is not called
  }
set-repeat-only = do not count
set-ring = Lets it ring
set-ring-words = { $n } s
set-limit = Ends a conversation after
set-machines = When a machine picks up
set-record = Recordings
set-recorded = conversations are recorded
set-not-recorded = none
set-carrier = Carrier
set-caller-ids = Shows
set-any-time = at any time
weekday-mon = Mon
weekday-tue = Tue
weekday-wed = Wed
weekday-thu = Thu
weekday-fri = Fri
weekday-sat = Sat
weekday-sun = Sun

import-title = Import
import-rows = Rows
import-accepted = Accepted
import-duplicates = Duplicates
import-rejected = Bad rows
import-problems = Rows that were not imported
import-value = Value
import-reason = Why
import-download = Download all
import-clean = Every row was imported.

call-about = The call
call-attempt = Attempt
call-dialled = Dialled
call-rang = Rang
call-talked = Talked
call-price = Price
call-price-unknown = not known yet
call-rung = At the phone
call-not-rung = never rang
call-silent = { $field } is empty for this contact: the text says “{ $hears }”
call-silent-whole = { $field } is empty for this contact: the text says nothing there.
call-cause = The carrier's message
call-carrier-id = The carrier's id
call-recording = Recording of the call
call-recording-download = Download
recording-wanted = The recording is awaited from the carrier.
recording-stored = Recorded.
recording-missing = The recording is missing: the carrier did not give it within a day.
recording-removed = The recording was removed after its keeping time.
call-steps = What happened
call-rules = Rules checked before the call
call-rules-about = Inside the transaction that made the call, so that a change takes effect with the very next one.
call-rules-unknown = The claim of this call is not among the entries that are shown.
call-history = Every call to this number
call-this = this one
call-block = Block { $number } for good
step-claimed = Chosen from the list
step-dialing = Sent to the carrier
step-unknown = No clear answer from the carrier
step-ringing = Ringing
step-answered = Answered
step-ended = Over
step-refused = Refused by the carrier
step-released = Given back, never sent
step-never-placed = Proved: the call never existed
step-superseded = The carrier had the call after all
step-noted = More evidence
step-recording-store = The recording is kept here
step-recording-missing = The recording is missing
step-recording-remove = The recording was removed
step-answer-opt-out = Asked never to be called again
step-answer-disposition = Gave an answer
step-answer-transfer = Asked for a person
step-answer-key = Pressed keys without a meaning
step-answer-machine = Detected who picked up
answer-opt-out = never call again, key { $key }
answer-transfer = connected with { $number }
answer-key = key { $key }
call-answer = Their answer
call-picked-up = Picked up
picked-up-person = a person
picked-up-machine = an answering machine
picked-up-fax = a fax machine
picked-up-unknown = not known who
detail-evidence = evidence
detail-call-id = id
detail-reason = reason
detail-class = class
detail-dial-before = not after
detail-due-at = again
detail-outcome = outcome
detail-contact = contact
detail-path = kept as
rule-block = Block
rule-blocked = the number is blocked
rule-free = the number was free
rule-once = One call at a time
rule-in-call = the number was in a call
rule-not-in-call = no other call to the number was under way
rule-repeat = Earlier campaigns
rule-called-before = called by another one, last { $time }; this campaign's rule allowed it
rule-never-called = no other campaign had called the number
rule-caps = Caps
rule-recent = { $n ->
    [0] no call counted
    [one] { $n } call counted, below every cap
   *[other] { $n } calls counted, below every cap
  }
rule-hours = Hours
rule-open = open for the campaign and where the number is
