-- Which process is at a mail, and in which attempt: `<attempt> <process>`. One of another attempt says nothing.
alter table outgoing_mails add column lease_holder text;
