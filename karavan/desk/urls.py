"""Every route by name; each has its row in :data:`karavan.desk.access.ROUTES`."""

from django.urls import path

from karavan.desk.api.door import api
from karavan.desk.views import code, contacts, door, home, myself, people, person

urlpatterns = [
    path("", home.home, name="home"),
    path("login", door.login, name="login"),
    path("logout", door.logout, name="logout"),
    path("language", door.language, name="language"),
    path("health", door.health, name="health"),
    path("api/", api.urls),
    path("code", code.code, name="code"),
    path("self", myself.myself, name="self"),
    path("people", people.people, name="people"),
    path("people/one", person.person, name="person"),
    path("contacts", contacts.contacts, name="contacts"),
]
