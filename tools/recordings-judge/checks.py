"""What must hold of recordings in a bucket. Each function is one check."""

import sqlite3
from datetime import datetime, timezone

from parties import TOKEN, Program, until

WRONG = "not-the-secret-of-anybody"
DAY = 24 * 60 * 60 * 1000
# So long that the sound of it goes into a bucket in more parts than one.
LONG = "a " * 1_900


def secrets_stay_secret(ringonce, bucket):
    """Not even what is logged for finding faults has them."""
    for file in [ringonce.log, *ringonce.folder.glob("ringonce-data/*.db*")]:
        content = file.read_bytes()
        for secret in [bucket.secret, WRONG, TOKEN]:
            assert secret.encode() not in content, f"{file} has a secret"


def agree(bucket, name, prefix, kept, sounds):
    """The bucket has these recordings, and nothing else, byte for byte."""
    for it in kept:
        assert it["path"].startswith("1-list.csv/") and it["path"].endswith(f"_{it['call']}.wav"), it["path"]
        assert bucket.read(name, prefix + it["path"]) == sounds[it["recording_id"]], it["path"]
        assert it["bytes"] == len(sounds[it["recording_id"]])
    assert sorted(bucket.names(name)) == sorted(prefix + it["path"] for it in kept)


def what_wrong_keys_kept_out_arrives_with_right_ones_and_goes_after_its_time(program, folder, bucket, carrier):
    ringonce = Program(
        program, folder, carrier,
        RINGONCE_RECORDINGS_STORE="s3://calls/recordings/all",
        RINGONCE_RECORDINGS_REMOVE_AT_CARRIER="true",
        **bucket.environment(),
    )
    with ringonce.serve(AWS_SECRET_ACCESS_KEY=WRONG):
        ringonce.call(["+12025550101", "+12025550102", "+12025550150"], LONG)
        waiting = ringonce.faulty(2)
        for it in waiting:
            for word in ["`calls` refuses us", "AWS_SECRET_ACCESS_KEY"]:
                assert word in it["fault"], it["fault"]
        assert "recordings cannot be kept" in ringonce.log.read_text()
        sounds = {it["recording_id"]: carrier.sound(it["recording_id"]) for it in waiting}
        assert all(len(sound) > 6 << 20 for sound in sounds.values()), "more parts than one"
        assert bucket.names("calls") == []
    with ringonce.serve():
        kept = ringonce.until_recordings("stored", 2)
        agree(bucket, "calls", "recordings/all/", kept, sounds)
        for it in kept:
            gone = lambda: carrier.sound(it["recording_id"]) is None
            until(gone, "the carrier's own is removed")

    # A day and more passes for one of them.
    ledger = sqlite3.connect(folder / "ringonce-data" / "ringonce.db")
    with ledger:
        ledger.execute("UPDATE recordings SET stored_at = stored_at - ? WHERE id = ?", (DAY + 1, kept[0]["id"]))
    ledger.close()
    with ringonce.serve(RINGONCE_RECORDINGS_KEEP_DAYS="1"):
        (removed,) = ringonce.until_recordings("removed", 1)
        assert removed["id"] == kept[0]["id"] and removed["removed_at"]
        agree(bucket, "calls", "recordings/all/", kept[1:], sounds)
    secrets_stay_secret(ringonce, bucket)


def what_finds_no_bucket_waits_until_there_is_one(program, folder, bucket, carrier):
    ringonce = Program(
        program, folder, carrier, RINGONCE_RECORDINGS_STORE="s3://later", **bucket.environment()
    )
    with ringonce.serve():
        ringonce.call(["+12025550111"], "Hello. This call is recorded.")
        (waiting,) = ringonce.faulty(1)
        for word in ["no bucket `later`", "create it"]:
            assert word in waiting["fault"], waiting["fault"]
        sound = carrier.sound(waiting["recording_id"])
        bucket.make("later")
        kept = ringonce.until_recordings("stored", 1)
        agree(bucket, "later", "", kept, {waiting["recording_id"]: sound})
        day = datetime.now(timezone.utc).date().isoformat()
        assert kept[0]["path"].split("/")[1] <= day
        assert carrier.sound(waiting["recording_id"]) == sound, "nobody asked to remove it there"
    secrets_stay_secret(ringonce, bucket)


CHECKS = [
    what_wrong_keys_kept_out_arrives_with_right_ones_and_goes_after_its_time,
    what_finds_no_bucket_waits_until_there_is_one,
]
