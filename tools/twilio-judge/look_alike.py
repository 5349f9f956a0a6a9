"""What Twilio's REST client finds at the look-alike. Each function is one check."""

import json
import urllib.error
import urllib.request
from base64 import b64encode
from datetime import date, datetime, timedelta, timezone

from twilio.base.exceptions import TwilioException, TwilioRestException

from parties import until

# Nobody picks up at `NOBODY`, however long it rings.
PERSON, BUSY, PATIENT = "+12025550101", "+12025550150", "+12025550102"
NOBODY = "+12025550155"


def refusal(ask):
    try:
        ask()
    except TwilioRestException as refused:
        return refused.status, refused.code
    except TwilioException as refused:  # What the package makes of a refused page.
        answer = refused.args[1]
        return answer.status_code, json.loads(answer.text)["code"]
    raise AssertionError("it was not refused")


def the_account_and_its_numbers_are_listed(sim, receiver):
    account = sim.client.api.accounts(sim.account).fetch()
    assert (account.status, account.type) == ("active", "Full"), account.status
    assert account.friendly_name
    owned = [one.phone_number for one in sim.client.incoming_phone_numbers.list()]
    assert owned == ["+12025550100", "+12025550198"], owned
    one = sim.client.incoming_phone_numbers.list(phone_number="+12025550198")
    assert len(one) == 1 and one[0].sid.startswith("PN") and one[0].capabilities["voice"]
    verified = [one.phone_number for one in sim.client.outgoing_caller_ids.list()]
    assert verified == ["+12025550199"], verified


def a_call_has_every_field_that_the_package_reads(sim, receiver):
    call = sim.call(PERSON)
    assert call.sid.startswith("CA") and len(call.sid) == 34
    assert (call.status, call.direction) == ("queued", "outbound-api")
    assert (call.to, call._from, call.account_sid) == (PERSON, "+12025550100", sim.account)
    assert call.start_time is None and call.end_time is None and call.duration is None
    assert datetime.now(timezone.utc) - call.date_created < timedelta(seconds=30)
    assert int(call.queue_time) >= 0 and call.price_unit == "USD"
    assert call.api_version == "2010-04-01" and call.uri.endswith(f"/Calls/{call.sid}.json")
    assert {"recordings", "notifications", "events"} <= set(call.subresource_uris)
    ended = sim.ended(call.sid)
    assert ended.status == "completed" and int(ended.duration) >= 0
    assert call.date_created <= ended.start_time <= ended.end_time


def wrong_requests_are_refused_with_the_documented_codes(sim, receiver):
    right = {"to": PERSON, "sender": "+12025550100", "twiml": "<Response/>"}
    for code, change in [
        (21211, {"to": "2025550101"}),
        (21211, {"to": "+12025550100"}),
        (21212, {"sender": "Ringonce"}),
        (21210, {"sender": "+12025550123"}),
        (21205, {"twiml": ""}),
        (21205, {"twiml": "x" * 4001}),
        (21208, {"timeout": 601}),
        (21609, {"status_callback": "nowhere"}),
        (21626, {"status_callback": "http://127.0.0.1/", "status_callback_event": ["sung"]}),
        (21206, {"send_digits": "1a"}),
        (20001, {"call_reason": "x" * 51}),
    ]:
        found = refusal(lambda: sim.call(**{**right, **change}))
        assert found == (400, code), f"{change}: {found}"


def whoever_is_not_known_is_refused_and_a_key_opens(sim, receiver):
    for user, password in [(sim.account, "wrong"), (sim.key[0], "wrong"), ("AC1", sim.token)]:
        stranger = sim.client_with(user, password)
        assert refusal(lambda: stranger.calls.list(limit=1)) == (401, 20003), user
    sim.client_with(*sim.key).calls.list(limit=1)


def what_is_not_there_is_20404(sim, receiver):
    nobody = "0" * 32
    assert refusal(sim.client.calls("CA" + nobody).fetch) == (404, 20404)
    assert refusal(sim.client.recordings("RE" + nobody).fetch) == (404, 20404)
    assert refusal(lambda: sim.client.calls("CA" + nobody).update(status="completed")) == (404, 20404)


def lists_are_filtered(sim, receiver):
    number = "+12025550111"
    made = [sim.call(number).sid for _ in range(3)] + [sim.call(number, "+12025550199").sid]
    for sid in made:
        sim.ended(sid)
    found = lambda **filters: {one.sid for one in sim.client.calls.list(to=number, **filters)}
    today, day = date.today(), timedelta(days=1)
    assert found() == set(made)
    assert found(from_="+12025550199") == {made[3]}
    assert found(status="completed") == set(made) and not found(status="busy")
    assert found(start_time_after=today - day) == set(made)
    assert found(start_time_before=today + 2 * day) == set(made)
    assert not found(start_time_after=today + 2 * day)
    assert not found(start_time_before=today - day)
    first = sim.client.calls(made[0]).fetch().start_time
    assert found(start_time=first.date()) == set(made)
    assert made[0] in found(start_time_after=first - timedelta(minutes=1))


def pages_follow_each_other(sim, receiver):
    number = "+12025550112"
    made = [sim.call(number).sid for _ in range(7)]
    page = sim.client.calls.page(to=number, page_size=3)
    sizes, listed = [], []
    while page is not None:
        sids = [one.sid for one in page]
        sizes.append(len(sids))
        listed += sids
        sim.call(number)
        page = page.next_page()
    assert sizes == [3, 3, 1] and listed == made[::-1], sizes
    assert len(sim.client.calls.list(to=number, page_size=2, limit=5)) == 5
    assert refusal(lambda: sim.client.calls.page(page_size=1001)) == (400, 20007)


def a_call_is_cancelled_ended_and_redirected(sim, receiver):
    ringing = sim.call(NOBODY, timeout=600)
    assert ringing.update(status="canceled").status == "canceled"
    assert refusal(lambda: sim.client.calls(ringing.sid).update(status="canceled")) == (400, 21220)
    talking = sim.call(PATIENT, twiml='<Response><Pause length="500"/></Response>')
    one = sim.client.calls(talking.sid)
    until(lambda: one.fetch().status == "in-progress", "the answer")
    assert refusal(lambda: one.update(status="canceled")) == (400, 21220)
    one.update(twiml='<Response><Say>Moved</Say><Pause length="500"/></Response>')
    until(lambda: ("Say", "Moved") in sim.heard(talking.sid), "the redirect")
    assert one.update(status="completed").status == "completed"
    assert refusal(lambda: one.update(status="completed")) == (400, 21220)


def the_record_of_a_call_is_deleted_once_it_is_over(sim, receiver):
    talking = sim.call(PATIENT, twiml='<Response><Pause length="500"/></Response>')
    status, _ = refusal(sim.client.calls(talking.sid).delete)
    assert status == 400, status
    talking.update(status="completed")
    sim.ended(talking.sid)
    assert sim.client.calls(talking.sid).delete()
    assert refusal(sim.client.calls(talking.sid).fetch) == (404, 20404)
    assert talking.sid not in [one.sid for one in sim.client.calls.list(to=PATIENT)]


def a_recording_is_found_fetched_and_deleted(sim, receiver):
    # Long enough that a second is heard of it at any speed.
    words = '<Response><Pause length="20"/></Response>'
    call = sim.call(PERSON, twiml=words, record=True, recording_channels="dual")
    sim.ended(call.sid)
    found = lambda: sim.client.recordings.list(call_sid=call.sid)
    (recording,) = until(lambda: [one for one in found() if one.status == "completed"], "the recording")
    assert (recording.channels, recording.source) == (2, "OutboundAPI")
    assert sim.client.calls(call.sid).recordings.list()[0].sid == recording.sid
    path = f"{sim.url}/2010-04-01/Accounts/{sim.account}/Recordings/{recording.sid}"
    basic = b64encode(f"{sim.account}:{sim.token}".encode()).decode()
    seconds = int(recording.duration)
    for ending, kind, length in [
        (".wav", "audio/x-wav", 44 + seconds * 8000 * 4),
        (".mp3", "audio/mpeg", -(-seconds * 1000 // 24) * 96),
    ]:
        ask = urllib.request.Request(path + ending, headers={"Authorization": f"Basic {basic}"})
        with urllib.request.urlopen(ask, timeout=10) as answer:
            assert answer.headers["Content-Type"] == kind
            assert len(answer.read()) == length
    try:
        urllib.request.urlopen(path + ".wav", timeout=10)
        raise AssertionError("the sound is for everybody")
    except urllib.error.HTTPError as refused:
        assert refused.code == 401
    assert sim.client.recordings(recording.sid).delete()
    assert refusal(sim.client.recordings(recording.sid).fetch) == (404, 20404)


def what_was_wrong_with_a_document_is_in_the_notifications(sim, receiver):
    for document, code in [("<Response><Say>", "12100"), ("<Response><Sing/></Response>", "12200")]:
        call = sim.call(PERSON, twiml=document)
        assert sim.ended(call.sid).status == "completed"
        noted = [one.error_code for one in sim.client.calls(call.sid).notifications.list()]
        assert noted == [code], noted


CHECKS = [
    the_account_and_its_numbers_are_listed,
    a_call_has_every_field_that_the_package_reads,
    wrong_requests_are_refused_with_the_documented_codes,
    whoever_is_not_known_is_refused_and_a_key_opens,
    what_is_not_there_is_20404,
    lists_are_filtered,
    pages_follow_each_other,
    a_call_is_cancelled_ended_and_redirected,
    the_record_of_a_call_is_deleted_once_it_is_over,
    a_recording_is_found_fetched_and_deleted,
    what_was_wrong_with_a_document_is_in_the_notifications,
]
