// Symbols for the fully static program only; nothing here is for Swift to call.
#pragma once
