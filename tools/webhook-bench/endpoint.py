"""The endpoint that Ringonce's webhooks are measured against: the same check of the signature, and one
UPDATE, committed before the answer. `MODE` chooses how the database is reached: `sqlalchemy` (its ORM,
asynchronous, on asyncpg) or `asyncpg` alone."""

import base64
import hashlib
import hmac
import os
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

import asyncpg
from fastapi import FastAPI, Request, Response
from sqlalchemy import String, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TOKEN = os.environ["AUTH_TOKEN"].encode()
PUBLIC = os.environ["PUBLIC_URL"]
DATABASE = os.environ["DATABASE"]
MODE = os.environ["MODE"]
CONNECTIONS = 16


class Base(DeclarativeBase):
    pass


class Call(Base):
    __tablename__ = "calls"
    sid: Mapped[str] = mapped_column(String, primary_key=True)
    status: Mapped[str]
    sequence: Mapped[int]


def is_signed(path: str, form: list[tuple[str, str]], signature: str) -> bool:
    text = PUBLIC + path + "".join(key + value for key, value in sorted(form))
    digest = hmac.new(TOKEN, text.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(digest).decode(), signature)


@asynccontextmanager
async def lifespan(app: FastAPI):
    if MODE == "asyncpg":
        app.state.pool = await asyncpg.create_pool(DATABASE, min_size=CONNECTIONS, max_size=CONNECTIONS)
    else:
        url = DATABASE.replace("postgres://", "postgresql+asyncpg://")
        engine = create_async_engine(url, pool_size=CONNECTIONS, max_overflow=0)
        app.state.sessions = async_sessionmaker(engine, class_=AsyncSession)
    yield


app = FastAPI(lifespan=lifespan)


@app.post("/carriers/twilio/{token}/status")
async def status(request: Request) -> Response:
    form = parse_qsl((await request.body()).decode(), keep_blank_values=True)
    if not is_signed(request.url.path, form, request.headers.get("x-twilio-signature", "")):
        return Response(status_code=403)
    said = dict(form)
    sid, sequence, state = said["CallSid"], int(said["SequenceNumber"]), said["CallStatus"]
    if MODE == "asyncpg":
        await request.app.state.pool.execute(
            "UPDATE calls SET status = $2, sequence = $3 WHERE sid = $1 AND sequence < $3", sid, state, sequence
        )
    else:
        async with request.app.state.sessions() as session:
            changed = update(Call).where(Call.sid == sid, Call.sequence < sequence)
            await session.execute(changed.values(status=state, sequence=sequence))
            await session.commit()
    return Response(status_code=204)
