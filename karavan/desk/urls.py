"""Every route by name; each has its row in :data:`karavan.desk.access.ROUTES`."""

from django.urls import path

from karavan.desk.views import door, home

urlpatterns = [
    path("", home.home, name="home"),
    path("login", door.login, name="login"),
    path("logout", door.logout, name="logout"),
    path("language", door.language, name="language"),
    path("health", door.health, name="health"),
]
