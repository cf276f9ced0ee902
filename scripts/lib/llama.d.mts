/** A Python with llama.cpp's server and what writes its model files, or why there is none. */
export function llamaPython(): Promise<{ python: string; missing?: undefined } | { python?: undefined; missing: string }>;
