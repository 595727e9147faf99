from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0007_ops"),
    ]

    operations = [
        migrations.AddField(
            model_name="operation",
            name="retention_d",
            field=models.JSONField(default=dict),
        ),
    ]
