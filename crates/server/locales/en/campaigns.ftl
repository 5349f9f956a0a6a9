# The first page: campaigns and recent calls; the vocabulary.

dashboard = Dashboard
new-campaign = New campaign
all-campaigns = All campaigns
filter-state = Campaigns by state
filter-all = All
no-campaign-filtered = No campaign is in this state
empty-title = Call a list, once
empty-about = Ringonce calls everyone on a list, as often as the rules allow and never twice by accident.
empty-step-1 = Drop a file: CSV, Excel or text. The phone and name columns are found automatically.
empty-step-2 = See what was understood, choose what people hear, when and how fast.
empty-step-3 = Start, and watch. Numbers that an earlier campaign called are skipped.
empty-do = Make the first campaign
empty-terminal = From a terminal
start = Start
pause = Pause
resume = Resume
view = View
pause-done = Paused: { $name }
resume-done = Resumed: { $name }
bad-rows = { $n ->
    [one] { $n } bad row
   *[other] { $n } bad rows
  }
figure-done = Done
figure-success = Success
figure-duration = Average call
figure-calls = Calls
under-way = { $n ->
    [one] { $n } call under way
   *[other] { $n } calls under way
  }
last-called = Last called { $time }
not-called = Not called yet
bar-summary = { $total } contacts: { $parts }
pulse = Calls a minute in the last half hour, at most { $most }

health = Health
health-database = Database
health-carrier = Carrier
health-instances = Instances
health-stop = Emergency stop
health-failures = { $n ->
    [one] { $n } failure in a row
   *[other] { $n } failures in a row
  }
health-duplicates = Duplicates
health-ok = works
health-fault = does not answer
health-armed = armed
health-tripped = tripped

times-in = Times in { $zone }
no-calls = No calls yet
no-calls-about = Calls show here as they are made.
column-time = Time
column-number = Number
column-name = Name
column-outcome = Outcome
column-duration = Duration
column-campaign = Campaign
campaign-number = Campaign { $id }

state-draft = Draft
state-pending = Pending
state-running = Running
state-paused = Paused
state-completed = Completed
state-failed = Failed

contact-pending = waiting
contact-calling = calling
contact-connected = connected
contact-completed = completed
contact-no-answer = no answer
contact-busy = busy
contact-failed = failed
contact-bad-number = bad number
contact-skipped = skipped

outcome-answered = Answered
outcome-busy = Busy
outcome-no-answer = No answer
outcome-failed = Failed
outcome-congestion = Congestion
outcome-canceled = Canceled
outcome-bad-number = Bad number
outcome-unknown = Unknown

call-claimed = About to be dialled
call-dialing = Dialling
call-unknown = Waits for evidence
call-ringing = Ringing
call-answered = In conversation
call-ended = Ended
call-refused = Refused
call-released = Not dialled
call-never-placed = Never placed

hold-not-running = Does not run
hold-emergency-stop = The emergency stop has tripped
hold-not-begun = Waits for its start time
hold-outside-business-hours = Outside business hours
hold-lines-busy = All lines are in use
hold-paced = Waits for its pace
hold-nothing-due = No contact is due
hold-until = { $reason }, until { $time }
