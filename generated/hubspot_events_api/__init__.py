"""The models and operations of HubSpot's event endpoints, generated from openapi/. The client is hubspot_events."""
