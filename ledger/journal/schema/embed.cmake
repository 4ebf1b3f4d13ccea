# cmake -DOUT=schema.c -DFILES="a.sql;b.sql" -P embed.cmake: each file as a NUL-terminated C array.
set(text "#include \"ledger/journal/schema.h\"\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(................................................................................)"
         "\\1\n    " bytes "${bytes}")
  string(APPEND text "\nconst char schema_${name}[] = {\n    ${bytes}0x00};\n")
endforeach()
file(WRITE ${OUT} "${text}")
