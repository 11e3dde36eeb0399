"""The renderer: fields as volumes, columns and slices, drawn by OpenGL and known to no Qt."""
