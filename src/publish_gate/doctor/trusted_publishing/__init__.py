"""Who uploads, and who may: the claims of an identity token, registered publishers, and how an index matches them."""
