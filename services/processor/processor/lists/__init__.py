"""The work of mailing lists behind the acknowledgement: posts sent out, commands, held posts, what came back."""
