# SQL becomes part of the program: migrations in order, repeatable files, and each protocol's report functions.
file(GLOB sql_files CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/migrations/*.sql ${CMAKE_SOURCE_DIR}/migrations/report/*.sql
     ${CMAKE_SOURCE_DIR}/indexer/protocols/*/*.sql)
list(SORT sql_files)
set(embedded ${CMAKE_BINARY_DIR}/generated/embedded_sql.cpp)
add_custom_command(
  OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} -DOUT=${embedded} -DROOT=${CMAKE_SOURCE_DIR} "-DFILES=${sql_files}"
          -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
  DEPENDS ${sql_files} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
  VERBATIM)
add_library(redink_sql STATIC ${embedded})
target_link_libraries(redink_sql PUBLIC redink_options)
