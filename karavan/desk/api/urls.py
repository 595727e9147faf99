"""The pages and the API: what an address of the API is looked up in (``routes`` in karavan/desk/middleware.py)."""

from django.urls import path

from karavan.desk.api.door import api
from karavan.desk.urls import urlpatterns as pages

urlpatterns = [*pages, path("api/", api.urls)]
