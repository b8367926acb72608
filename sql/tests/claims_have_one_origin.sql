-- A claim stands in one of the two documents or on a page beyond them, never in both
-- and never nowhere.
select *
from {{ ref('claims') }}
where
    (source_layer = 'document') <> (document_id is not null)
    or (source_layer = 'external') <> (source_id is not null)
