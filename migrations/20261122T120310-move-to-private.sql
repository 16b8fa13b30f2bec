-- Customers who were asked in public to go on in private, and why. The conversation is that of the reply.
create table private_moves (
  workspace_id uuid not null,
  delivery_id uuid not null, -- the public reply that points there
  place_channel_id uuid not null, -- the account at which they go on
  reason text not null check (reason in ('order', 'health', 'address', 'identity', 'other')),
  words text not null default '' check (length(words) <= 500), -- for the team; of other reasons
  by_actor text not null,
  by_name text not null,
  at timestamptz not null,
  primary key (workspace_id, delivery_id),
  foreign key (workspace_id, delivery_id) references deliveries (workspace_id, id),
  foreign key (workspace_id, place_channel_id) references channels (workspace_id, id)
);
call parley.wall('private_moves');
