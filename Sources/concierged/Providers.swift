import ConciergeKit
import HealthAppointments
import ParcelReception
import Repairs
import SharedRooms

/// Every provider of this build, in the order in which they are shown. To add one, add a folder under `plugins/`, its
/// name in `Package.swift`, and a line here.
let providers: [any ServiceProvider.Type] = [
    ParcelReception.self,
    Repairs.self,
    HealthAppointments.self,
    SharedRooms.self,
]
