// What every page does: it keeps in step with the server, its buttons act, its shortcuts work.

import "./actions.js";
import "./keys.js";
import "./live.js";
