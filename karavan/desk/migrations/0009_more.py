from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0008_field"),
    ]

    operations = [
        migrations.AddField(
            model_name="operation",
            name="retention_d",
            field=models.JSONField(default=dict),
        ),
    ]
