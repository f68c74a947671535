"""One module for each thing the doctor looks for; `registry` lists them."""
