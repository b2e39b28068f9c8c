/** Every count of an incident, counted again from its crashes; for tests: answers a row for each that differs. */
export const COUNT_DRIFT = `
SELECT i.number FROM oopstream.incident i
LEFT JOIN LATERAL (SELECT count(*) AS crashes, count(*) FILTER (WHERE fatal) AS fatal, count(DISTINCT host_id) AS hosts
  FROM oopstream.crash c WHERE c.incident_id = i.id) counted ON true
LEFT JOIN LATERAL (SELECT coalesce(sum(crashes), 0) AS crashes, coalesce(sum(fatal_crashes), 0) AS fatal, count(*) AS hosts
  FROM oopstream.incident_host h WHERE h.incident_id = i.id) by_host ON true
LEFT JOIN LATERAL (SELECT coalesce(sum(crashes), 0) AS crashes, coalesce(sum(fatal_crashes), 0) AS fatal
  FROM oopstream.incident_variant v WHERE v.incident_id = i.id) by_variant ON true
LEFT JOIN LATERAL (SELECT coalesce(sum(crashes), 0) AS crashes, coalesce(sum(fatal_crashes), 0) AS fatal
  FROM oopstream.incident_daily d WHERE d.incident_id = i.id) by_day ON true
WHERE (i.crashes, i.fatal_crashes, i.hosts) IS DISTINCT FROM (counted.crashes, counted.fatal, counted.hosts)
  OR (i.crashes, i.fatal_crashes, i.hosts) IS DISTINCT FROM (by_host.crashes, by_host.fatal, by_host.hosts)
  OR (i.crashes, i.fatal_crashes) IS DISTINCT FROM (by_variant.crashes, by_variant.fatal)
  OR (i.crashes, i.fatal_crashes) IS DISTINCT FROM (by_day.crashes, by_day.fatal)
UNION ALL
SELECT -4 FROM (
  SELECT incident_id, verdict, count(*) AS crashes, count(*) FILTER (WHERE fatal) AS fatal
  FROM oopstream.crash WHERE verdict IS NOT NULL GROUP BY 1, 2
) counted FULL JOIN oopstream.incident_verdict v USING (incident_id, verdict)
WHERE (counted.crashes, counted.fatal) IS DISTINCT FROM (v.crashes, v.fatal_crashes)
UNION ALL
SELECT -5 FROM (
  SELECT incident_id, CASE WHEN hardware_likelihood >= .6 THEN 'likely' WHEN hardware_likelihood >= .25 THEN 'possible'
    ELSE 'unlikely' END AS hardware, count(*) AS crashes, count(*) FILTER (WHERE fatal) AS fatal
  FROM oopstream.crash WHERE hardware_likelihood IS NOT NULL GROUP BY 1, 2
) counted FULL JOIN oopstream.incident_hardware h USING (incident_id, hardware)
WHERE (counted.crashes, counted.fatal) IS DISTINCT FROM (h.crashes, h.fatal_crashes)
UNION ALL
SELECT -1 FROM oopstream.crash c LEFT JOIN oopstream.crash_seen s USING (crash_id, received_at) WHERE s.crash_id IS NULL
UNION ALL
SELECT -2 FROM oopstream.incident_key WHERE incident_id IS NULL
UNION ALL
SELECT -3 FROM oopstream.crash c WHERE 1 <> (SELECT count(*) FROM oopstream.reading_crash l
  WHERE l.crash_id = c.crash_id AND l.is_primary AND l.valid_to IS NULL)`;
