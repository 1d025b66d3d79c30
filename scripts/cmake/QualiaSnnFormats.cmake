# Libraries of file formats that a build can go without: what needs one that is missing says so when it is used. Without
# libhdf5, libsndfile, libjpeg, libtiff, libpng or libsqlite3 a source that refuses takes the place of the one that reads
# or writes.
find_path(HDF5_INCLUDE_DIR hdf5.h PATH_SUFFIXES hdf5/serial)
find_library(HDF5_LIBRARY NAMES hdf5_serial hdf5)
find_path(SndFile_INCLUDE_DIR sndfile.h)
find_library(SndFile_LIBRARY sndfile)
find_path(JPEG_INCLUDE_DIR jpeglib.h)
find_library(JPEG_LIBRARY jpeg)
find_path(TIFF_INCLUDE_DIR tiffio.h)
find_library(TIFF_LIBRARY tiff)
find_path(PNG_INCLUDE_DIR png.h)
find_library(PNG_LIBRARY png)
find_path(SQLite3_INCLUDE_DIR sqlite3.h)
find_library(SQLite3_LIBRARY sqlite3)
mark_as_advanced(HDF5_INCLUDE_DIR HDF5_LIBRARY SndFile_INCLUDE_DIR SndFile_LIBRARY JPEG_INCLUDE_DIR JPEG_LIBRARY
  TIFF_INCLUDE_DIR TIFF_LIBRARY PNG_INCLUDE_DIR PNG_LIBRARY SQLite3_INCLUDE_DIR SQLite3_LIBRARY)

# qualia_snn_add_format(TARGET SOURCE LIBRARY USE): adds SOURCE.cpp and the library, or SOURCE_missing.cpp.
function(qualia_snn_add_format target source library use)
  if(${library}_INCLUDE_DIR AND ${library}_LIBRARY)
    target_sources(${target} PRIVATE "${source}.cpp")
    # As system headers, and after ours: a library of this name may lie beside others.
    set_source_files_properties("${source}.cpp" PROPERTIES INCLUDE_DIRECTORIES "${${library}_INCLUDE_DIR}")
    target_link_libraries(${target} PRIVATE "${${library}_LIBRARY}")
  else()
    target_sources(${target} PRIVATE "${source}_missing.cpp")
    message(STATUS "${library} was not found: no ${use}")
  endif()
endfunction()
