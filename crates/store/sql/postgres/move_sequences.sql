-- Whatever is numbered goes on after what was copied.
SELECT setval(pg_get_serial_sequence('campaigns', 'id'), greatest((SELECT max(id) FROM campaigns), 1),
              EXISTS (SELECT 1 FROM campaigns)),
       setval(pg_get_serial_sequence('lists', 'id'), greatest((SELECT max(id) FROM lists), 1),
              EXISTS (SELECT 1 FROM lists)),
       setval(pg_get_serial_sequence('unmatched_evidence', 'seq'),
              greatest((SELECT max(seq) FROM unmatched_evidence), 1), EXISTS (SELECT 1 FROM unmatched_evidence)),
       setval(pg_get_serial_sequence('audit_chains', 'id'), greatest((SELECT max(id) FROM audit_chains), 1),
              EXISTS (SELECT 1 FROM audit_chains)),
       setval(pg_get_serial_sequence('audit', 'seq'), greatest((SELECT max(seq) FROM audit), 1),
              EXISTS (SELECT 1 FROM audit))
