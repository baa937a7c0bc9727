"""The functions: HTTP and scheduled ways into the service; no decision is taken here."""
