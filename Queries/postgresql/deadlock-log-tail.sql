-- The last MiB of the server's log, the newest file first, of each only where it tells of a deadlock. What log_filename
-- can have made are its files; with several formats those that programs read best.
--
-- alert:   PostgreSQLDeadlocks
-- servers: 13-
-- role:    pg_monitor, and EXECUTE on pg_read_binary_file(text, bigint, bigint, boolean)
--
-- column: path text; of the file, as the server names it
-- column: read_bytes bigint, bytes; of its end
-- column: tail text; those in hexadecimal, null where no deadlock is in them
WITH settings AS MATERIALIZED (
    SELECT current_setting('log_directory') AS folder, current_setting('log_destination') AS destination,
           regexp_replace(current_setting('log_filename'), '\.log$', '') AS name,
           current_setting('log_filename') ~ '\.log$' AS has_suffix
), log (folder, pattern) AS MATERIALIZED (
    SELECT folder, '^' || regexp_replace(regexp_replace(name, '([].^$*+?(){}|\\[])', '\\\1', 'g'), '%[A-Za-z]', '.*', 'g')
           || CASE WHEN destination LIKE '%jsonlog%' THEN '\.json'
                   WHEN destination LIKE '%csvlog%' THEN '\.csv'
                   WHEN has_suffix THEN '\.log'
                   ELSE '' END || '$'
    FROM settings
), files AS MATERIALIZED (
    SELECT folder || '/' || name AS path, size,
           sum(size) OVER (ORDER BY modification DESC, name DESC) - size AS newer
    FROM log, pg_ls_logdir()
    WHERE name ~ pattern
), tails AS MATERIALIZED (
    SELECT path, newer, pg_read_binary_file(path, greatest(0, size - (1048576 - newer))::bigint,
                                            least(size, 1048576 - newer)::bigint, true) AS bytes
    FROM files
    WHERE newer < 1048576
)
SELECT path, length(bytes)::bigint AS read_bytes,
       CASE WHEN position('deadlock detected'::bytea IN bytes) > 0 OR position('40P01'::bytea IN bytes) > 0
            THEN encode(bytes, 'hex') END AS tail
FROM tails
WHERE bytes IS NOT NULL
ORDER BY newer
