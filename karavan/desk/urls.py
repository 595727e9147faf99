"""Every route by name; each has its row in :data:`karavan.desk.access.ROUTES`."""

from django.urls import path

from karavan.desk.views import door, home, imports, plans, representatives, requests

urlpatterns = [
    path("", home.home, name="home"),
    path("login", door.login, name="login"),
    path("logout", door.logout, name="logout"),
    path("language", door.language, name="language"),
    path("requests", requests.index, name="requests"),
    path("requests/new", requests.new, name="request_new"),
    path("requests/import", imports.requests, name="request_import"),
    path("requests/<uuid:pk>", requests.one, name="request"),
    path("requests/<uuid:pk>/edit", requests.edit, name="request_edit"),
    path("requests/<uuid:pk>/submit", requests.submit, name="request_submit"),
    path("requests/<uuid:pk>/decide", requests.decide, name="request_decide"),
    path("representatives", representatives.index, name="representatives"),
    path("link/<str:token>", representatives.link, name="link"),
    path("plans", plans.index, name="plans"),
    path("plans/ask", plans.ask, name="plan_ask"),
    path("plans/jobs/<uuid:pk>", plans.job, name="planning_job"),
    path("plans/<uuid:pk>", plans.one, name="plan"),
    path("plans/<uuid:pk>/page", plans.page, name="plan_page"),
    path("plans/<uuid:pk>/approve", plans.approve, name="plan_approve"),
    path("plans/<uuid:pk>/issue", plans.issue, name="plan_issue"),
    path("health", door.health, name="health"),
]
