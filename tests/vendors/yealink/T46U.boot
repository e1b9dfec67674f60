#!version:1.0.0.1
# Yealink T46U 80:5e:c0:d9:c7:44, Reception; written by provserver, changes made here are lost
include:config "y000000000108.cfg"
include:config "805ec0d9c744.cfg"
overwrite_mode = 1
