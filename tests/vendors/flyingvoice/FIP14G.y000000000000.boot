#!version:1.0.0.1
# Flyingvoice FIP14G 0021f2d9c744, Reception; written by provserver, changes made here are lost
include:config "0021f2d9c744.cfg"
