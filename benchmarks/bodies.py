"""What the contestants send and are answered: the documented examples of openapi/, as many of them as are wanted."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]


def marketing_event(number: int) -> Json:
    """Return a marketing event to create or update."""
    return {
        "eventName": "Python at the vet",
        "eventOrganizer": "Petspot",
        "externalAccountId": "petspot",
        "externalEventId": f"webinar-{number}",
        "customProperties": [{"name": "track", "value": "python"}],
        "endDateTime": "2026-12-01T11:00:00Z",
        "eventCancelled": False,
        "eventDescription": "How to keep a python healthy.",
        "eventType": "WEBINAR",
        "eventUrl": "https://petspot.example/webinars/python",
        "startDateTime": "2026-12-01T10:00:00Z",
    }


def marketing_event_result(number: int) -> Json:
    """Return HubSpot's answer to it."""
    event = marketing_event(number)
    del event["externalAccountId"], event["externalEventId"]
    identity = str(395700216901 + number)
    return {
        "createdAt": "2026-11-21T09:30:01.100Z",
        "id": identity,
        "objectId": identity,
        "updatedAt": "2026-11-21T09:30:01.100Z",
        "eventCompleted": False,
        **event,
    }


def timeline_event(number: int) -> Json:
    """Return a timeline event to create."""
    return {
        "eventTemplateId": "1001298",
        "id": f"petspot:1001298:owner-{number}@petspot.example",
        "email": f"owner-{number}@petspot.example",
        "timestamp": "2020-01-30T17:42:10.276000Z",
        "tokens": {"petName": "Art3mis", "petAge": 3, "petColor": "black"},
        "extraData": {
            "questions": [
                {"question": "Who's a good girl?", "answer": "Bark!"},
                {"question": "Do you wanna go on a walk?", "answer": "Woof!"},
            ]
        },
        "timelineIFrame": {
            "linkLabel": "View Art3mis",
            "headerLabel": "Art3mis dog",
            "url": "https://my.petspot.example/pets/Art3mis",
            "width": 600,
            "height": 400,
        },
    }


def timeline_event_result(number: int) -> Json:
    """Return HubSpot's answer to it: with an object type, the id of the record, and the tokens as text."""
    event = timeline_event(number)
    tokens = {name: str(value) for name, value in event["tokens"].items()}
    return {**event, "objectType": "contacts", "objectId": str(28001 + number), "tokens": tokens}


def batch_answer(results: list[Json]) -> Json:
    """Return the answer to a batch of which everything was written."""
    return {
        "completedAt": "2026-11-21T09:30:01.310Z",
        "results": results,
        "startedAt": "2026-11-21T09:30:01.001Z",
        "status": "COMPLETE",
        "requestedAt": "2026-11-21T09:30:00.990Z",
    }


def encoded(body: Json) -> bytes:
    """Return JSON as HubSpot and httpx write it, without spaces."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
