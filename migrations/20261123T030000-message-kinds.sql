-- What a customer's message is (a complaint, praise, a question), as Parley reads it when it comes or as a person
-- corrected it. Null: nobody's to be read, or not read yet (messages of before this was kept, read one after the other).
alter table messages
  add column kind text constraint messages_kind check (kind in ('complaint', 'praise', 'question', 'other')),
  -- From -100, surely unhappy, to 100, surely pleased.
  add column feeling smallint constraint messages_feeling check (feeling between -100 and 100),
  -- The name of who corrected it; null: as Parley read it.
  add column kind_by_name text;
create index messages_unread on messages (workspace_id, id)
  where author = 'customer' and kind is null and deleted_at is null;

-- Of the customer's newest message that is a complaint, praise or a question; null: there is none.
alter table conversations
  add column kind text constraint conversations_kind check (kind in ('complaint', 'praise', 'question'));

-- Who came back lately is asked for by the digest.
create index win_back_cases_came_back on win_back_cases (workspace_id, state_at) where state = 'came-back';
