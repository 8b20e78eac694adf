"""Flask-Session with SQLAlchemy on SQLite, as a WSGI application."""

import os

from flask import Flask, session
from flask_session import Session
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.visitor import GREETING, NAME, new_data


@event.listens_for(Engine, "connect")
def use_wal(connection, record):
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")


# The bare page is an application of its own: Flask loads a session for every page.
bare = Flask("bare")
app = Flask("sessions")
app.config.update(
    SECRET_KEY="benchmarks-have-no-secret-to-keep",
    SQLALCHEMY_DATABASE_URI=f"sqlite:///{os.environ['FOLDER']}/flask.db",
    SESSION_TYPE="sqlalchemy",
    # Else it writes for every page.
    SESSION_REFRESH_EACH_REQUEST=False,
)
app.config["SESSION_SQLALCHEMY"] = SQLAlchemy(app)
Session(app)


@bare.get("/")
def show():
    return GREETING


@app.get("/fill")
def fill():
    session.update(new_data())
    return GREETING


@app.get("/reads")
def reads():
    return f"Hello, {session['name']}"


@app.get("/changes")
def changes():
    session["visits"] += 1
    return f"Hello, {session['name']}, visit {session['visits']}"


@app.get("/creates")
def creates():
    session["name"] = NAME
    return GREETING


def application(environ, start_response):
    """The WSGI application of both."""
    chosen = bare if environ["PATH_INFO"] == "/" else app
    return chosen(environ, start_response)
