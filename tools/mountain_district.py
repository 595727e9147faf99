mountain_district = None
