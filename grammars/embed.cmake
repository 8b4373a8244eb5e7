# Writes the C++ file that carries every language's folder into the binary: language.json and the three queries, as they are.
#   cmake -DFOLDERS="c,cpp" -DDIRECTORY=grammars -DOUTPUT=language_table.cpp -P embed.cmake
# A folder that lacks a file, or a language.json without "grammar", stops the build here with its name.
string(REPLACE "," ";" folders "${FOLDERS}")
set(declarations "")
set(entries "")
foreach(folder IN LISTS folders)
  foreach(part language.json outline.scm scopes.scm tests.scm)
    if(NOT EXISTS ${DIRECTORY}/${folder}/${part})
      message(FATAL_ERROR "grammars/${folder}/${part} is missing: a language is language.json, outline.scm, scopes.scm and tests.scm")
    endif()
  endforeach()
  file(READ ${DIRECTORY}/${folder}/language.json json)
  file(READ ${DIRECTORY}/${folder}/outline.scm outline)
  file(READ ${DIRECTORY}/${folder}/scopes.scm scopes)
  file(READ ${DIRECTORY}/${folder}/tests.scm tests)
  string(JSON symbol GET "${json}" grammar)
  string(APPEND declarations "extern \"C\" TSLanguage const* ${symbol}();\n")
  string(APPEND entries
    "    { \"${folder}\", ${symbol}, R\"__data__(${json})__data__\",\n"
    "        R\"__data__(${outline})__data__\",\n"
    "        R\"__data__(${scopes})__data__\",\n"
    "        R\"__data__(${tests})__data__\" },\n")
endforeach()
file(WRITE ${OUTPUT}
  "// Written by grammars/embed.cmake from the folders of grammars/. Do not edit.\n"
  "#include \"syntax/language_table.h\"\n\n${declarations}\n"
  "namespace countersign::syntax {\n\n"
  "static constexpr EmbeddedLanguage table[] = {\n${entries}};\n\n"
  "std::span<EmbeddedLanguage const> embedded_languages() { return table; }\n\n}\n")
