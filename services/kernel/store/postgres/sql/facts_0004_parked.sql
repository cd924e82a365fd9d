-- What is parked is looked through often: by those whose subjects wait, and by those who count what was no message.

CREATE INDEX parked_subjects ON facts.parked (source, subject) WHERE subject <> '';
CREATE INDEX parked_poison ON facts.parked (stage) WHERE subject = '';
