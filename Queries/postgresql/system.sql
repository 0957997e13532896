-- Which database cluster this is: the same number on a primary and its physical standbys, another one anywhere else.
--
-- servers: 13-
-- role:    any; some managed services allow it to nobody
--
-- column: system_identifier text; given by initdb, kept by every copy
-- column: timeline integer; one more after each promotion
SELECT s.system_identifier::text AS system_identifier, c.timeline_id AS timeline
FROM pg_control_system() s, pg_control_checkpoint() c
