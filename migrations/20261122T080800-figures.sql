-- Read by the figures page alone (src/modules/figures/store.ts): which conversations customers wrote in
-- during a period, from the index without the table.
create index messages_asked on messages (workspace_id, sent_at) include (conversation_id)
  where author = 'customer' and deleted_at is null;
