\set number random(1, 1000000000000)
\set apartment random(0, 999)
\set now 1795428000000 + random(0, 86400000)
WITH opened AS (
    INSERT INTO requests (id, service, state, is_open, resident, opened_at, record, version)
    VALUES (lpad(:number::text, 12, '0'), 'bench.matter', 'waiting', true, 'apt-' || :apartment::text, :now,
        '{"subject":"The tap drips, call ' || :number::text || '","place":"Building B, kitchen"}', 1)
    RETURNING row
), told AS (
    INSERT INTO history (request, service, at, actor, event, to_state, input)
    SELECT row, 'bench.matter', :now, 'bench', 'open', 'waiting',
        '{"subject":"The tap drips, call ' || :number::text || '","place":"Building B, kitchen"}' FROM opened
)
INSERT INTO timers (request, name, service, due) SELECT row, 'due', 'bench.matter', :now + 2592000000 FROM opened;
