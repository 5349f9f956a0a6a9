# The smaller pages: numbers, instances, carriers, audit trail, settings.
