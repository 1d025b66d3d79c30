#pragma once

#include <string>

namespace qualia_snn::io {

/// Returns the name under which this process prepares what will replace `target`: <target>.<process>.tmp.
std::string temporary_name(const std::string& target);

/// Says that somebody works on what was just opened under the name `path`: it is locked as long as it is open.
/// @return  false if it was removed in between and has to be made again.
bool lock_temporary(int descriptor, const std::string& path);

/// Removes what killed processes left of their work on a target: what nobody has locked.
void remove_leftovers(const std::string& target);

/// Does the same for every target in a folder, also those whose names nobody takes again.
void remove_all_leftovers(const std::string& folder);

/// Brings a folder's list of names to the disk, so that a rename in it survives a loss of power.
/// @return  whether that worked; errno says why not.
bool sync_folder(const std::string& folder);

}  // namespace qualia_snn::io
