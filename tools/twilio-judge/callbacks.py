"""What the look-alike sends, under Twilio's own validator. Each function is one check."""

from twilio.twiml.voice_response import Connect, Dial, Gather, VoiceResponse

from parties import until

PERSON, PRESSES_7, BUSY, NOBODY, GONE = (
    "+12025550101",
    "+12025550147",
    "+12025550150",
    "+12025550155",
    "+12025550160",
)
MACHINE = "+12025550170"
EVENTS = ["initiated", "ringing", "answered", "completed"]

ALWAYS = {"CallSid", "AccountSid", "From", "To", "CallStatus", "ApiVersion", "Direction"}
PROGRESS = ALWAYS | {"CallbackSource", "SequenceNumber", "Timestamp"}
LAST = PROGRESS | {"CallDuration", "Duration", "SipResponseCode"}
RECORDING = {
    "AccountSid", "CallSid", "RecordingSid", "RecordingUrl", "RecordingStatus", "RecordingDuration",
    "RecordingChannels", "RecordingStartTime", "RecordingSource", "RecordingTrack", "ErrorCode",
}  # fmt: skip
VERDICT = {"CallSid", "AccountSid", "AnsweredBy", "MachineDetectionDuration"}


def complete(came, names):
    missing = names - came.form.keys()
    assert not missing, f"{came.path}: {missing}"


def every_event_comes_once_complete_and_numbered(sim, receiver):
    for number, expected in [
        (PERSON, ["initiated", "ringing", "in-progress", "completed"]),
        (BUSY, ["initiated", "busy"]),
        (NOBODY, ["initiated", "ringing", "no-answer"]),
        (GONE, ["initiated", "failed"]),
    ]:
        hook = receiver.at("/status?attempt=1&b=%20c")
        call = sim.call(number, status_callback=hook, status_callback_event=EVENTS)
        sim.ended(call.sid)
        came = receiver.until(call.sid, "/status", len(expected))
        came = sorted(came, key=lambda one: int(one.form["SequenceNumber"]))
        assert [one.form["CallStatus"] for one in came] == expected
        assert [one.form["SequenceNumber"] for one in came] == [str(n) for n in range(len(came))]
        for one in came[:-1]:
            complete(one, PROGRESS)
        complete(came[-1], LAST)
        assert all(one.form["CallbackSource"] == "call-progress-events" for one in came)
        assert all("I-Twilio-Idempotency-Token" in one.headers for one in came)
        assert all(one.query == "attempt=1&b=%20c" for one in came)
    assert came[-1].form["SipResponseCode"] == "404"


def a_fragment_is_neither_sent_nor_signed_and_get_is_signed_with_its_query(sim, receiver):
    hook = receiver.at("/fragment#rc=5&rp=all&ct=1000&rt=5000")
    call = sim.call(BUSY, status_callback=hook)
    (one,) = receiver.until(call.sid, "/fragment", 1)
    assert one.good and one.method == "POST"
    call = sim.call(BUSY, status_callback=receiver.at("/get?a=b"), status_callback_method="GET")
    (one,) = receiver.until(call.sid, "/get", 1)
    assert one.good and one.method == "GET" and one.form["CallStatus"] == "busy"


def what_the_package_writes_is_executed(sim, receiver):
    after = VoiceResponse()
    after.say("Thank you & good-bye", voice="alice", language="en-GB")
    after.hangup()
    receiver.twiml("/key", after)
    menu = VoiceResponse()
    gather = Gather(num_digits=1, action="/key?step=1", timeout=3)
    gather.say("Press a key")
    menu.append(gather)
    menu.say("Nothing was pressed")
    call = sim.call(PRESSES_7, url=receiver.twiml("/menu", menu))
    sim.ended(call.sid)
    heard = [("Gather", None), ("Say", "Press a key"), ("Say", "Thank you & good-bye"), ("Hangup", None)]
    assert sim.heard(call.sid) == heard, sim.heard(call.sid)
    (asked,) = receiver.about(call.sid, "/menu")
    complete(asked, ALWAYS | {"Called", "Caller", "ToCountry", "FromCity"})
    (pressed,) = receiver.about(call.sid, "/key")
    assert pressed.form["Digits"] == "7" and pressed.query == "step=1"
    complete(pressed, ALWAYS | {"FinishedOnKey"})
    call = sim.call(PERSON, url=receiver.at("/menu"))
    sim.ended(call.sid)
    assert sim.heard(call.sid)[-1] == ("Say", "Nothing was pressed")


def a_transfer_tells_its_action(sim, receiver):
    receiver.twiml("/after", VoiceResponse())
    whisper = VoiceResponse()
    whisper.say("A call for you")
    receiver.twiml("/whisper", whisper)
    for number, status in [("+12025550110", "completed"), (BUSY, "busy"), (NOBODY, "no-answer")]:
        document = VoiceResponse()
        dial = Dial(action="/after", timeout=15, caller_id="+12025550100")
        dial.number(number, url="/whisper")
        document.append(dial)
        call = sim.call(PERSON, url=receiver.twiml("/transfer", document))
        sim.ended(call.sid)
        (told,) = receiver.about(call.sid, "/after")
        complete(told, ALWAYS | {"DialCallStatus", "DialCallSid"})
        assert told.form["DialCallStatus"] == status, told.form
        (leg,) = sim.client.calls.list(parent_call_sid=call.sid)
        assert (leg.status, leg.direction, leg.to) == (status, "outbound-dial", number)
        if status == "completed":
            assert sim.heard(leg.sid) == [("Say", "A call for you")]


def a_stream_carries_its_parameters(sim, receiver):
    document = VoiceResponse()
    connect = Connect()
    connect.stream(url="wss://example.com/agent").parameter(name="token", value="t1")
    document.append(connect)
    call = sim.call(PERSON, url=receiver.twiml("/stream", document))
    sim.ended(call.sid)
    assert sim.heard(call.sid) == [("Stream", None)]
    assert not sim.client.calls(call.sid).notifications.list()


def a_machine_is_told_before_the_document_or_beside_it(sim, receiver):
    pause = VoiceResponse()
    pause.pause(length=30)
    page, hook = receiver.twiml("/pause", pause), receiver.at("/machine")
    for number, mode, verdict in [
        (PERSON, "Enable", "human"),
        (MACHINE, "Enable", "machine_start"),
        (MACHINE, "DetectMessageEnd", "machine_end_beep"),
    ]:
        call = sim.call(number, url=page, machine_detection=mode)
        assert sim.ended(call.sid).answered_by == verdict
        assert receiver.about(call.sid, "/pause")[0].form["AnsweredBy"] == verdict
        call = sim.call(
            number, url=page, machine_detection=mode, async_amd="true", async_amd_status_callback=hook
        )
        (told,) = receiver.until(call.sid, "/machine", 1)
        complete(told, VERDICT)
        assert told.form["AnsweredBy"] == verdict
        assert "AnsweredBy" not in receiver.until(call.sid, "/pause", 1)[0].form


def recordings_are_told_of(sim, receiver):
    record = VoiceResponse()
    record.record(
        action="/recorded", max_length=10, recording_status_callback=receiver.at("/recording")
    )
    receiver.twiml("/recorded", VoiceResponse())
    call = sim.call(
        PERSON,
        url=receiver.twiml("/ask", record),
        record=True,
        recording_status_callback=receiver.at("/recording"),
        recording_status_callback_event=["in-progress", "completed"],
    )
    sim.ended(call.sid)
    came = receiver.until(call.sid, "/recording", 3)
    for one in came:
        complete(one, RECORDING)
    sources = sorted((one.form["RecordingSource"], one.form["RecordingStatus"]) for one in came)
    whole = [("OutboundAPI", "completed"), ("OutboundAPI", "in-progress")]
    assert sources == whole + [("RecordVerb", "completed")], sources
    complete(receiver.about(call.sid, "/recorded")[0], ALWAYS | {"RecordingUrl", "RecordingDuration"})


def forged_callbacks_fail_and_the_true_ones_beside_them_hold(sim, receiver):
    before = sim.sim("faults", {"forged_callbacks": 1.0, "callback_repetitions": 3})
    call = sim.call(PERSON, status_callback=receiver.at("/forged"), status_callback_event=EVENTS)
    sim.ended(call.sid)
    good = lambda: {one.form["CallStatus"] for one in receiver.about(call.sid, "/forged") if one.good}
    until(lambda: len(good()) == 4, "the true ones")
    came = receiver.until(call.sid, "/forged", 8)
    sim.sim("faults", {"forged_callbacks": 0, "callback_repetitions": 0})
    lies = {one.form["CallStatus"] for one in came if not one.good}
    assert good() == {"initiated", "ringing", "in-progress", "completed"}, good()
    assert lies == {"failed"}, lies
    receiver.came = [one for one in receiver.came if one.path != "/forged"]
    assert before


def every_other_request_was_signed_right(sim, receiver):
    bad = [(one.path, one.form) for one in receiver.came if not one.good]
    assert len(receiver.came) > 30 and not bad, (len(receiver.came), bad)


CHECKS = [
    every_event_comes_once_complete_and_numbered,
    a_fragment_is_neither_sent_nor_signed_and_get_is_signed_with_its_query,
    what_the_package_writes_is_executed,
    a_transfer_tells_its_action,
    a_stream_carries_its_parameters,
    a_machine_is_told_before_the_document_or_beside_it,
    recordings_are_told_of,
    forged_callbacks_fail_and_the_true_ones_beside_them_hold,
    every_other_request_was_signed_right,
]
