"""The SMTP ingress: sessions in, judged and handed to the bus durably. Gathers and acts; decides nothing itself."""
